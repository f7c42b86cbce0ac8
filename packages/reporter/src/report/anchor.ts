/** Where in report.html a dimension is explained. */
export const dimensionAnchor = (id: string): string => `dimension-${id.replaceAll(/[^\w-]+/g, '-')}`;
