const carried = new WeakMap<object, string>();

/**
 * Notes from which span something comes that is handed on as a value, as an event of a subscription is: so that its
 * trace goes on where it arrives without a field for it in between.
 */
export function carryTrace<Value>(value: Value, traceparent: string | null): Value {
  if (traceparent !== null && isObject(value)) carried.set(value, traceparent);
  return value;
}

/** @returns `null` when nothing was noted */
export function carriedTrace(value: unknown): string | null {
  return isObject(value) ? (carried.get(value) ?? null) : null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
