import type { CustomerNumber, Instant, Subject } from "@crossdock/domain";
import type { z } from "zod";
import { InvalidEventDataError } from "./errors.ts";
import type { RecordedEvent } from "./recorded-event.ts";

/** Something that happened, before the log has recorded it. */
export type NewEvent<Data = unknown> = {
  readonly type: string;
  readonly version: number;
  readonly subject: Subject;
  readonly data: Data;
  /** When it happened where it happened; the time of recording when left out. */
  readonly occurredAt?: Instant;
  /** Whose event it is; the tenant of the append when left out, nobody's when `null`. */
  readonly customerNumber?: CustomerNumber | null;
};

export type EventContext = Pick<NewEvent, "occurredAt" | "customerNumber">;

export interface EventDefinition<Data = unknown> {
  /** Past tense, with the room it belongs to: `orders.orderReleased`. */
  readonly type: string;
  /** Counts up when the data's shape changes in a way that old readers cannot read. */
  readonly version: number;
  create(data: Data, context?: EventContext): NewEvent<Data>;
  /** Whether a recorded event is one of these; then its data is typed. */
  is(event: RecordedEvent): event is RecordedEvent<Data>;
  /**
   * The data as the schema reads it.
   * @throws {InvalidEventDataError}
   */
  parse(data: unknown): Data;
}

type EventShape<Schema extends z.ZodType> = {
  readonly type: string;
  readonly version: number;
  /** What it reads must survive JSON: text, numbers, lists and objects of them. Reading twice changes nothing. */
  readonly data: Schema;
  readonly subjectOf: (data: z.output<Schema>) => Subject;
};

/** @throws {RangeError} when the type's name is not `room.nounVerbed` */
export function defineEvent<Schema extends z.ZodType>(
  shape: EventShape<Schema>,
): EventDefinition<z.output<Schema>> {
  const { type, version, data: schema, subjectOf } = shape;
  if (!/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/.test(type)) {
    throw new RangeError(`${type} is not an event's name such as orders.orderReleased.`);
  }
  return {
    type,
    version,
    create: (data, context = {}) => ({ type, version, subject: subjectOf(data), data, ...context }),
    is: (event): event is RecordedEvent<z.output<Schema>> =>
      event.type === type && event.version === version,
    parse: (data) => {
      const result = schema.safeParse(data);
      if (result.success) return result.data;
      throw new InvalidEventDataError(type, result.error.message);
    },
  };
}
