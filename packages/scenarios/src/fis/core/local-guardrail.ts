import type { ExchangeEvent } from '@gameday/injector';
import { parseDuration } from '../../core/words/duration.ts';
import type { WatchedOutcome } from '../../core/watch/guardrail.ts';
import type { PlannedAbort } from '../../core/plan.ts';

/** What a guardrail looks at of an exchange. */
export interface ObservedExchange extends Pick<ExchangeEvent, 'outcome' | 'status' | 'endedMs'> {
  readonly exchange: Pick<ExchangeEvent['exchange'], 'class'>;
}

const RULE = /^(read|write) goodBelow (0(?:\.\d+)?|1(?:\.0+)?) for (\S+)$/;

/** The stop condition `gameday:guardrail`: `read goodBelow 0.5 for 5s`. Null for what is none. */
export function parseGuardrail(text: string): PlannedAbort | null {
  const [, stepClass, share, duration] = RULE.exec(text) ?? [];
  const forMs = parseDuration(duration ?? '');
  if ((stepClass !== 'read' && stepClass !== 'write') || forMs === null || forMs <= 0) return null;
  return { class: stepClass, goodShareMin: Number(share), forMs };
}

/** An exchange as a guardrail sees it: good where S3 answered, and not with a failure of its own. Deletes are writes. */
export function watchedExchange({ exchange, outcome, status, endedMs }: ObservedExchange): WatchedOutcome {
  return {
    atMs: endedMs,
    class: exchange.class === 'read' ? 'read' : 'write',
    good: outcome === 'answered' && status !== null && status < 500,
  };
}
