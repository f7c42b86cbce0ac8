import { LOCAL_ACCOUNT } from '../core/arns.ts';
import type { TemplateBody, TemplateTarget } from '../core/template-body.ts';
import type { LocalBucket } from './actuator.ts';
import type { ResolvedTarget } from './records.ts';

/** Types of which the local account has one in each region, whatever its tags: the network that the app's S3 is behind. */
const STAND_INS: Readonly<Record<string, string>> = {
  'aws:ec2:subnet': 'subnet/subnet-gameday',
  'aws:ec2:transit-gateway': 'transit-gateway/tgw-gameday',
  'aws:ec2:vpc-endpoint': 'vpc-endpoint/vpce-gameday-s3',
};

/**
 * The resources of this machine that a template's targets mean. ARNs mean themselves, but a bucket must be there; tags
 * find the buckets that bear them, and the stand-ins above. Nothing else exists here.
 */
export function resolveTargets(
  { targets = {} }: TemplateBody,
  region: string,
  buckets: readonly LocalBucket[],
): ResolvedTarget[] {
  return Object.entries(targets).flatMap(([targetName, target]) => {
    const { resourceType, selectionMode } = target;
    const found = selected(candidates(target, region, buckets), selectionMode);
    return found.map((arn) => ({ targetName, resourceType, arn }));
  });
}

function candidates(target: TemplateTarget, region: string, buckets: readonly LocalBucket[]): readonly string[] {
  const { resourceType, resourceArns = [], resourceTags = {} } = target;
  if (resourceType === 'aws:s3:bucket') {
    const wanted = Object.entries(resourceTags);
    const arns = buckets
      .filter(({ tags }) => resourceArns.length > 0 || wanted.every(([key, value]) => tags[key] === value))
      .map(({ name }) => `arn:aws:s3:::${name}`);
    return resourceArns.length > 0 ? resourceArns.filter((arn) => arns.includes(arn)) : arns;
  }
  if (resourceArns.length > 0) return resourceArns;
  const standIn = STAND_INS[resourceType];
  return standIn === undefined ? [] : [`arn:aws:ec2:${region}:${LOCAL_ACCOUNT}:${standIn}`];
}

/** The first of them: nothing here is drawn by lot, so that a rehearsal repeats. */
function selected(arns: readonly string[], mode: string): readonly string[] {
  const [, unit, count] = /^(COUNT|PERCENT)\((\d+)\)$/.exec(mode) ?? [];
  if (unit === 'COUNT') return arns.slice(0, Number(count));
  if (unit === 'PERCENT') return arns.slice(0, Math.ceil((arns.length * Number(count)) / 100));
  return arns;
}
