// Two regions: pages are written to the first, and S3 copies them to the second.
export const HOME = 'us-east-1';
export const REGIONS = /** @type {const} */ (['us-east-1', 'us-west-2']);
export const bucketOf = (region) => `pages-${region}`;
export const keyOf = (id) => `pages/${id}.html`;

/** The name under which the site's S3 is looked up. */
export const SITE_NAME = '_s3._tcp.pages.example.test';
/** What the name leads to; the region is in it, since requests are signed for it. */
export const hostOf = (region) => `${region}.s3.example.test`;
export const regionOf = (host) => host.split('.')[0];
