/** An answer of FIS that says no: its name tells the client which error, its message why. */
export class FisError extends Error {
  override readonly name: string;

  constructor(
    name:
      | 'ValidationException'
      | 'ResourceNotFoundException'
      | 'ConflictException'
      | 'ServiceQuotaExceededException'
      | 'MissingAuthenticationTokenException'
      | 'UnknownOperationException',
    message: string,
  ) {
    super(message);
    this.name = name;
  }
}

export const notFound = (what: string, id: string): FisError =>
  new FisError('ResourceNotFoundException', `${what} not found: ${id}`);
