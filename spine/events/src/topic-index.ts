import type { RecordedEvent, Topics } from "./recorded-event.ts";

/** Who wants which events: what nobody wants costs nothing. */
export interface TopicIndex<Member> {
  add(member: Member, topics: Topics): void;
  remove(member: Member, topics: Topics): void;
  /** Each member once whose topics the event matches. */
  matching(event: RecordedEvent): readonly Member[];
}

/**
 * Members are filed under their narrowest list (subjects, then customers, then types), and only those
 * found there are held against their other lists.
 */
export function createTopicIndex<Member>(): TopicIndex<Member> {
  const files = new Map<string, Map<Member, Topics>>();

  return {
    add: (member, topics) => {
      for (const key of keysOf(topics)) {
        const file = files.get(key) ?? new Map<Member, Topics>();
        files.set(key, file.set(member, topics));
      }
    },
    remove: (member, topics) => {
      for (const key of keysOf(topics)) {
        const file = files.get(key);
        file?.delete(member);
        if (file?.size === 0) files.delete(key);
      }
    },
    matching: (event) => {
      const found: Member[] = [];
      // A member is filed under one kind of key, and an event has one key of each kind: none is found twice.
      for (const key of [
        subjectKey(event.subject),
        customerKey(event.customerNumber),
        typeKey(event.type),
        ALL,
      ]) {
        for (const [member, topics] of files.get(key) ?? []) {
          if (matches(event, topics)) found.push(member);
        }
      }
      return found;
    },
  };
}

const ALL = "all";
const subjectKey = (subject: string) => `subject ${subject}`;
const customerKey = (customerNumber: string | null) => `customer ${customerNumber ?? ""}`;
const typeKey = (type: string) => `type ${type}`;

function keysOf({ subjects, types, customerNumbers }: Topics): readonly string[] {
  if (subjects !== undefined) return subjects.map(subjectKey);
  if (customerNumbers !== undefined) return customerNumbers.map(customerKey);
  if (types !== undefined) return types.map(typeKey);
  return [ALL];
}

/** The same rule as the log's own query. */
export function matches(
  event: RecordedEvent,
  { subjects, types, customerNumbers }: Topics,
): boolean {
  const { subject, type, customerNumber } = event;
  if (subjects?.includes(subject) === false) return false;
  if (types?.includes(type) === false) return false;
  if (customerNumbers === undefined) return true;
  return customerNumber !== null && customerNumbers.includes(customerNumber);
}
