import type { Alarm, Alarms, AlarmState } from './alarms.ts';

/** An answer of the CloudWatch API in its query protocol. */
export interface QueryAnswer {
  readonly status: number;
  readonly xml: string;
}

const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] satisfies AlarmState[];
const isState = (text: string): text is AlarmState => STATES.includes(text);

/**
 * The little of CloudWatch that stop conditions need: PutMetricAlarm, SetAlarmState, DescribeAlarms and DeleteAlarms.
 * An alarm's state is what somebody sets it to; no metric is looked at.
 */
export function cloudWatch(alarms: Alarms, region: string, form: URLSearchParams): QueryAnswer {
  const action = form.get('Action') ?? '';
  const name = form.get('AlarmName') ?? '';
  switch (action) {
    case 'PutMetricAlarm':
      if (name === '') return refusal('ValidationError', 'AlarmName is missing.');
      alarms.put(region, name, form.get('AlarmDescription') ?? '');
      return answer(action, '');
    case 'SetAlarmState': {
      const state = form.get('StateValue') ?? '';
      if (!isState(state)) return refusal('ValidationError', `StateValue must be one of ${STATES.join(', ')}.`);
      const known = alarms.setState(region, name, state, form.get('StateReason') ?? '');
      return known ? answer(action, '') : refusal('ResourceNotFound', `There is no alarm ${name}.`);
    }
    case 'DescribeAlarms': {
      const wanted = members(form, 'AlarmNames');
      const found = alarms.list(region).filter((alarm) => wanted.length === 0 || wanted.includes(alarm.name));
      return answer(action, `<MetricAlarms>${found.map(alarmXml).join('')}</MetricAlarms>`);
    }
    case 'DeleteAlarms':
      for (const gone of members(form, 'AlarmNames')) alarms.delete(region, gone);
      return answer(action, '');
    default:
      return refusal('InvalidAction', `There is no ${action} here: alarms are put, set, described and deleted.`);
  }
}

const members = (form: URLSearchParams, name: string): string[] =>
  [...form].filter(([key]) => key.startsWith(`${name}.member.`)).map(([, value]) => value);

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const alarmXml = ({ arn, name, description, state, reason }: Alarm): string =>
  `<member><AlarmArn>${escape(arn)}</AlarmArn><AlarmName>${escape(name)}</AlarmName>` +
  `<AlarmDescription>${escape(description)}</AlarmDescription><StateValue>${state}</StateValue>` +
  `<StateReason>${escape(reason)}</StateReason></member>`;

const answer = (action: string, result: string): QueryAnswer => ({
  status: 200,
  xml:
    `<${action}Response xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><${action}Result>${result}` +
    `</${action}Result><ResponseMetadata><RequestId>gameday</RequestId></ResponseMetadata></${action}Response>`,
});

const refusal = (code: string, message: string): QueryAnswer => ({
  status: 400,
  xml:
    `<ErrorResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><Error><Type>Sender</Type>` +
    `<Code>${code}</Code><Message>${escape(message)}</Message></Error><RequestId>gameday</RequestId></ErrorResponse>`,
});
