/** Shorter values, instants, days, amounts and words of an enum are no mark of anybody. */
const MIN_MARK_CHARACTERS = 6;
const UNMARKED = [/^\d{4}-\d{2}-\d{2}/, /^-?\d+(\.\d+)?$/, /^[A-Z_]+$/, /^[A-Za-z ,.'’]+$/];

/** Every value in answers, by which something may be known again. */
export function valuesIn(answers: readonly unknown[]): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === "string") {
      if (value.length >= MIN_MARK_CHARACTERS && !UNMARKED.some((form) => form.test(value))) {
        found.add(value);
      }
    } else if (Array.isArray(value)) {
      value.forEach(look);
    } else if (typeof value === "object" && value !== null) {
      Object.values(value).forEach(look);
    }
  };
  answers.forEach(look);
  return found;
}

/** What of `marks` an answer tells. @param asked what the asker said itself: to repeat that tells nothing */
export function leaksIn(
  answer: unknown,
  marks: ReadonlySet<string>,
  asked: ReadonlySet<string>,
): readonly string[] {
  return [...valuesIn([answer])].filter((value) => marks.has(value) && !asked.has(value));
}
