import { InvalidValueError } from "@crossdock/domain";
import { SourceProtocolError } from "@crossdock/source-contract";
import { z } from "zod";

/** @throws {SourceProtocolError} the value does not fit */
export function decode<T>(
  name: string,
  operation: string,
  value: unknown,
  schema: z.ZodType<T>,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SourceProtocolError(name, operation, z.prettifyError(parsed.error));
}

/** A value of the source that is none of ours is the source's fault, not the caller's. */
export function translate<Wire, Ours>(
  name: string,
  operation: string,
  wire: Wire,
  toOurs: (wire: Wire) => Ours,
): Ours {
  try {
    return toOurs(wire);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    throw new SourceProtocolError(name, operation, error.message);
  }
}
