import { Unsupported } from "../unsupported.ts";

/** What the functions of an answer tell each other. */
export type ShapingState = {
  /** Whether a null was put where something else was, or may not stand. */
  isBroken: boolean;
};

/** Thrown where a value is not what its type says, and the stock executor has to look. */
export const DOUBT = Symbol("not of its type");

export type Json = Readonly<Record<string, unknown>>;

/** @returns what stands in the answer for a value that is not null */
export type Shape = (value: unknown, state: ShapingState) => unknown;
export type ShapeObject = (value: Json, state: ShapingState) => Json | null;

export type ShapedBy = {
  /** Of the root. */
  readonly shape: ShapeObject;
  /** See `ObjectFields`. */
  readonly isSplit: boolean;
};

/** Null stands for what cannot. */
export function broken(state: ShapingState): null {
  state.isBroken = true;
  return null;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Functions of one answer: of text each is some hundred bytes, and more of machine code. A field of an interface takes one
 * for each type that it may be of, so a small document may ask for many.
 */
const MAX_FUNCTIONS = 2_000;

/** @throws {Unsupported} */
export function refuseMoreThanMax(count: number): void {
  if (count <= MAX_FUNCTIONS) return;
  throw new Unsupported("size", `an answer of more than ${String(MAX_FUNCTIONS)} functions`);
}
