/** A primitive that has been checked once: inside the system a bare string is never an order number. */
export type Brand<Base, Name extends string> = Base & { readonly __brand: Name };

/** For the `default` of a switch over a union: adding a member makes the compiler point here. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
