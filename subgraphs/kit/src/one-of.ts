import { InvalidValueError } from "@crossdock/domain";

/**
 * @param names ways to name the same thing, as the arguments of a look-up give them
 * @returns the one that was given
 * @throws {InvalidValueError} when it was none, or more than one
 */
export function oneOf<Name extends string>(
  names: Readonly<Partial<Record<Name, string | null | undefined>>>,
): { readonly by: Name; readonly value: string } {
  const ways = Object.keys(names) as Name[];
  const given = ways.flatMap((by) => {
    const value = names[by];
    return value === null || value === undefined ? [] : [{ by, value }];
  });
  const [only] = given;
  if (only === undefined || given.length > 1) {
    const choices = ways.join(" or ");
    throw new InvalidValueError(choices, given.length, `exactly one of ${choices}`);
  }
  return only;
}
