import { InvalidValueError } from "@crossdock/domain";

const MAX_NOTE_LENGTH = 500;

/** What a person writes for the record. @throws {InvalidValueError} it is empty or too long */
export function parseNote(field: string, raw: string): string {
  const note = raw.trim();
  if (note === "" || note.length > MAX_NOTE_LENGTH) {
    throw new InvalidValueError(field, raw, `1 to ${String(MAX_NOTE_LENGTH)} characters`);
  }
  return note;
}
