import { S3Error } from './s3-error.ts';
import { childrenOf, childText, childRawText, parseXml, type XmlElement } from './xml-read.ts';
import type { Tag } from './tags.ts';

/** One rule of a replication configuration. */
export interface ReplicationRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly priority: number;
  readonly prefix: string;
  readonly tags: readonly Tag[];
  /** Name of the destination bucket. */
  readonly destination: string;
  readonly storageClass: string | undefined;
  /** Whether delete markers travel as well. */
  readonly deleteMarkers: boolean;
}

const RULES_MAX = 1000;
const bucketArn = /^arn:aws[a-z-]*:s3:::([a-z0-9.-]+)$/;

const malformed = (message?: string): S3Error => new S3Error('MalformedXML', message === undefined ? {} : { message });

/**
 * Reads a `ReplicationConfiguration`, in its present form (Filter, Priority) and the first one (Prefix).
 * @throws S3Error MalformedXML, InvalidRequest, InvalidArgument, NotImplemented
 */
export function readReplication(document: string): readonly ReplicationRule[] {
  const root = parseXml(document, 'ReplicationConfiguration');
  if ((childText(root, 'Role') ?? '') === '') throw malformed();
  const rules = childrenOf(root, 'Rule');
  if (rules.length === 0 || rules.length > RULES_MAX) throw malformed();
  const read = rules.map(readRule);
  if (new Set(read.map(({ id }) => id)).size !== read.length) {
    throw new S3Error('InvalidArgument', { message: 'Rule Id must be unique. Found same Id for more than one rule' });
  }
  const priorities = read.map(({ priority, destination }) => `${priority} ${destination}`);
  if (rules.some((rule) => rule.children.has('Filter')) && new Set(priorities).size !== read.length) {
    throw new S3Error('InvalidRequest', { message: 'Found duplicate priorities for the same destination bucket' });
  }
  return read;
}

function readRule(rule: XmlElement, index: number): ReplicationRule {
  const status = childText(rule, 'Status');
  const [destination] = childrenOf(rule, 'Destination');
  if ((status !== 'Enabled' && status !== 'Disabled') || destination === undefined) throw malformed();
  const arn = childText(destination, 'Bucket') ?? '';
  const name = bucketArn.exec(arn)?.[1];
  if (name === undefined) {
    throw new S3Error('InvalidArgument', {
      message: 'Invalid bucket ARN',
      details: { ArgumentName: 'Bucket', ArgumentValue: arn },
    });
  }
  refuseUnavailable(rule, destination);
  const [filter] = childrenOf(rule, 'Filter');
  const filtered = filter === undefined ? undefined : readFilter(filter);
  const markers = childText(childrenOf(rule, 'DeleteMarkerReplication')[0] ?? rule, 'Status');
  if (filter !== undefined && !rule.children.has('DeleteMarkerReplication')) {
    throw new S3Error('InvalidRequest', {
      message:
        'DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.',
    });
  }
  const deleteMarkers = filter === undefined ? true : markers === 'Enabled';
  if (deleteMarkers && (filtered?.tags.length ?? 0) > 0) {
    throw new S3Error('InvalidRequest', {
      message:
        'Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.',
    });
  }
  return {
    id: childText(rule, 'ID') ?? `rule-${index + 1}`,
    enabled: status === 'Enabled',
    priority: Number(childText(rule, 'Priority') ?? index),
    prefix: filtered?.prefix ?? childRawText(rule, 'Prefix') ?? '',
    tags: filtered?.tags ?? [],
    destination: name,
    storageClass: childText(destination, 'StorageClass'),
    deleteMarkers,
  };
}

function isEnabled(parent: XmlElement | undefined, name: string): boolean {
  const [child] = parent === undefined ? [] : childrenOf(parent, name);
  return child !== undefined && childText(child, 'Status') === 'Enabled';
}

/** What would change behaviour and is not here is refused, not forgotten. */
function refuseUnavailable(rule: XmlElement, destination: XmlElement): void {
  const [criteria] = childrenOf(rule, 'SourceSelectionCriteria');
  const unavailable: readonly (readonly [name: string, asked: boolean])[] = [
    ['ReplicaModifications', isEnabled(criteria, 'ReplicaModifications')],
    ['SseKmsEncryptedObjects', isEnabled(criteria, 'SseKmsEncryptedObjects')],
    ['ExistingObjectReplication', isEnabled(rule, 'ExistingObjectReplication')],
    ['EncryptionConfiguration', destination.children.has('EncryptionConfiguration')],
    ['AccessControlTranslation', destination.children.has('AccessControlTranslation')],
  ];
  const asked = unavailable.find(([, is]) => is);
  if (asked !== undefined) {
    throw new S3Error('NotImplemented', { details: { Header: `ReplicationConfiguration ${asked[0]}` } });
  }
}

function readFilter(filter: XmlElement): { readonly prefix: string; readonly tags: readonly Tag[] } {
  const [and] = childrenOf(filter, 'And');
  const source = and ?? filter;
  const tags = childrenOf(source, 'Tag').map((tag) => ({
    key: childRawText(tag, 'Key') ?? '',
    value: childRawText(tag, 'Value') ?? '',
  }));
  return { prefix: childRawText(source, 'Prefix') ?? '', tags };
}

/** What a new version is, as far as rules look at it. */
export interface Candidate {
  readonly kind: 'object' | 'delete-marker';
  readonly key: string;
  readonly tags?: readonly Tag[] | undefined;
}

/** Where a new version is to be copied: for each destination, the matching rule of the highest priority. */
export function destinationsOf(rules: readonly ReplicationRule[], candidate: Candidate): readonly ReplicationRule[] {
  const chosen = new Map<string, ReplicationRule>();
  for (const rule of rules) {
    if (!matches(rule, candidate)) continue;
    const other = chosen.get(rule.destination);
    if (other === undefined || other.priority < rule.priority) chosen.set(rule.destination, rule);
  }
  return [...chosen.values()];
}

function matches(rule: ReplicationRule, { kind, key, tags = [] }: Candidate): boolean {
  if (!rule.enabled || !key.startsWith(rule.prefix)) return false;
  if (kind === 'delete-marker') return rule.deleteMarkers;
  return rule.tags.every((wanted) => tags.some((tag) => tag.key === wanted.key && tag.value === wanted.value));
}
