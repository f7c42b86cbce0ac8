import type { PlannedAction, PlannedEvent } from '../plan.ts';

/** An event as one English sentence. @param say a moment of the run */
export function describeAction(event: PlannedEvent, say: (ms: number) => string): string {
  const when = event.endMs === null ? `At ${say(event.startMs)}` : `From ${say(event.startMs)} to ${say(event.endMs)}`;
  return `${when} ${sentence(event.action)}.`;
}

function sentence(action: PlannedAction): string {
  const text = 'text' in action && action.text !== null ? `: "${action.text}"` : '';
  switch (action.do) {
    case 'status-page':
      return action.state === 'unreachable'
        ? `the provider's status page cannot be reached${text}`
        : `the provider's status page is ${action.state}${text}`;
    case 'alarm':
      return `the alarm "${action.name}" goes off${text}`;
    case 'pause-replication':
      return `nothing that is written to ${action.regions.join(', ')} reaches another region`;
    case 'kill-target':
      return `${who(action.replica)} is killed (SIGKILL)`;
    case 'stop-target':
      return `${who(action.replica)} is told to stop (SIGTERM)`;
    case 'freeze-target':
      return `${who(action.replica)} is frozen (SIGSTOP)`;
    case 'resume-target':
      return `${who(action.replica)} is thawed (SIGCONT)`;
    case 'restart-target':
      return `${who(action.replica)} is started again, whatever state S3 is in`;
    default:
      return action satisfies never;
  }
}

const who = (replica: number | null): string => (replica === null ? 'the app' : `replica ${replica} of the app`);
