/** Source: RFC 9110, section 9.2.2. */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

/**
 * Whether a request without a body may be asked again over another connection where an idle one was lost just as it was
 * taken. Most likely the upstream was closing it and has done nothing; but it may have done what was asked.
 */
export const mayAskAgain = (method: string): boolean => idempotent.has(method);
