/** The account of the local endpoint. */
export const LOCAL_ACCOUNT = '000000000000';

export const templateArn = (region: string, account: string, id: string): string =>
  `arn:aws:fis:${region}:${account}:experiment-template/${id}`;

export const experimentArn = (region: string, account: string, id: string): string =>
  `arn:aws:fis:${region}:${account}:experiment/${id}`;

export const actionArn = (region: string, account: string, id: string): string =>
  `arn:aws:fis:${region}:${account}:action/${id}`;

export const leverArn = (region: string, account: string): string =>
  `arn:aws:fis:${region}:${account}:safety-lever/default`;

export const alarmArn = (region: string, account: string, name: string): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

/** The account that an ARN names; null for what is no ARN, or one without an account. */
export function accountOfArn(arn: string): string | null {
  const account = arn.split(':')[4] ?? '';
  return arn.startsWith('arn:') && /^\d{12}$/.test(account) ? account : null;
}
