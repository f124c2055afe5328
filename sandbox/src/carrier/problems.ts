/** An answer that is not the one asked for, in the vendor's shape. Thrown anywhere below a route. */
export class CarrierProblem extends Error {
  readonly body: unknown;

  constructor(
    readonly status: number,
    code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`HTTP ${String(status)} ${code}`);
    this.body = problemBody(code, message);
  }
}

export function problemBody(code: string, message: string): unknown {
  return { error: { code, message, errors: [] } };
}
