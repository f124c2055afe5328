/** Where the schema of every version that is read is kept, as it was when events were first recorded with it. */
export const SCHEMAS = "spine/events/schemas";

/** From the root of the repository. */
export function schemaFileOf(type: string, version: number): string {
  return `${SCHEMAS}/${type}.v${String(version)}.json`;
}

/**
 * @param expected what the definitions say, by file
 * @param kept what is there, by file
 * @returns what does not agree, a sentence each; none when all does
 */
export function findSchemaFaults(
  expected: ReadonlyMap<string, string>,
  kept: ReadonlyMap<string, string>,
): string[] {
  const changed = [...expected].flatMap(([file, text]) => {
    const before = kept.get(file);
    if (before === undefined) return [`${file} is missing: run npm run events:check -- --write.`];
    return before === text
      ? []
      : [`${file} is not the schema any more: give the change a new version, with the way to it.`];
  });
  const unread = [...kept.keys()].filter((file) => !expected.has(file));
  return [
    ...changed,
    ...unread.map((file) => `${file} is of a version that nobody reads any more.`),
  ];
}
