import type { CustomerNumber, Instant, Subject, SubjectKind } from "@crossdock/domain";
import { z } from "zod";
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
  /** Counts up with every change of the data's schema. */
  readonly version: number;
  /** What it tells, in a sentence. */
  readonly summary: string;
  /** The part of the graph whose fact it is, and who answers for its schema. */
  readonly owner: string;
  /** The one source file that makes these events, from the root of the repository. */
  readonly producer: string;
  /** What its events are about. */
  readonly subjectKind: SubjectKind;
  /** @throws {RangeError} when the data is about another kind of thing than the definition says */
  create(data: Data, context?: EventContext): NewEvent<Data>;
  /** Whether a recorded event is one of these; then its data is typed. */
  is(event: RecordedEvent): event is RecordedEvent<Data>;
  /**
   * The data as the schema of this version reads it.
   * @throws {InvalidEventDataError}
   */
  parse(data: unknown): Data;
  /**
   * Data that was recorded with this version or an earlier one, as this version has it.
   * @throws {InvalidEventDataError} it does not fit, or no way leads from that version to this one
   */
  read(version: number, data: unknown): Data;
  /** The data's schema as JSON Schema draft 7. */
  jsonSchema(): JsonSchema;
  /** As `jsonSchema`, of every version that is read, by version, in their order. */
  schemas(): ReadonlyMap<number, JsonSchema>;
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** How data that was recorded with an earlier version becomes data of the next. */
export type EarlierVersion = {
  readonly version: number;
  /** @returns data that the next version's schema reads @throws {z.ZodError} */
  upgrade(data: unknown): unknown;
  jsonSchema(): JsonSchema;
};

/** @param step.upgrade gets the data as `data` reads it; what it returns is read by the next version's schema */
export function earlierVersion<Schema extends z.ZodType>(step: {
  readonly version: number;
  readonly data: Schema;
  readonly upgrade: (data: z.output<Schema>) => unknown;
}): EarlierVersion {
  return {
    version: step.version,
    upgrade: (data) => step.upgrade(step.data.parse(data)),
    jsonSchema: () => jsonSchemaOf(step.data),
  };
}

type EventShape<Schema extends z.ZodType> = Pick<
  EventDefinition,
  "type" | "version" | "summary" | "owner" | "producer" | "subjectKind"
> & {
  /** What it reads must survive JSON: text, numbers, lists and objects of them. Reading twice changes nothing. */
  readonly data: Schema;
  readonly subjectOf: (data: z.output<Schema>) => Subject;
  /** Of the versions that the log may still hold, without a gap up to this one. */
  readonly earlier?: readonly EarlierVersion[];
};

/** @throws {RangeError} a type that is not named `room.nounVerbed`, or a gap between the versions */
export function defineEvent<Schema extends z.ZodType>(
  shape: EventShape<Schema>,
): EventDefinition<z.output<Schema>> {
  const { data: schema, subjectOf, earlier = [], ...named } = shape;
  const { type, version, subjectKind } = named;
  if (!/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/.test(type)) {
    throw new RangeError(`${type} is not an event's name such as orders.orderReleased.`);
  }
  const first = version - earlier.length;
  if (first < 1 || earlier.some((step, index) => step.version !== first + index)) {
    throw new RangeError(`The earlier versions of ${type} do not lead up to ${String(version)}.`);
  }

  const parse = (data: unknown): z.output<Schema> => {
    const result = schema.safeParse(data);
    if (result.success) return result.data;
    throw new InvalidEventDataError(type, result.error.message);
  };

  return {
    ...named,
    create: (data, context = {}) => {
      const subject = subjectOf(data);
      if (!subject.startsWith(`${subjectKind}:`)) {
        throw new RangeError(`${type} is about a ${subjectKind}, not about ${subject}.`);
      }
      return { type, version, subject, data, ...context };
    },
    is: (event): event is RecordedEvent<z.output<Schema>> =>
      event.type === type && event.version === version,
    parse,
    read: (recorded, data) => {
      if (recorded < first || recorded > version) {
        throw new InvalidEventDataError(
          type,
          `version ${String(recorded)} cannot be read any more`,
        );
      }
      return parse(upgraded(type, earlier.slice(recorded - first), data));
    },
    jsonSchema: () => jsonSchemaOf(schema),
    schemas: () =>
      new Map(
        [...earlier, { version, jsonSchema: () => jsonSchemaOf(schema) }].map((each) => [
          each.version,
          each.jsonSchema(),
        ]),
      ),
  };
}

/** Of what is stored: what a schema makes of it when it reads is ours alone. */
function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", target: "draft-7" });
}

function upgraded(type: string, steps: readonly EarlierVersion[], data: unknown): unknown {
  try {
    return steps.reduce((before, step) => step.upgrade(before), data);
  } catch (error) {
    throw new InvalidEventDataError(type, error instanceof Error ? error.message : String(error));
  }
}
