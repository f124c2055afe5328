import type { Subject } from "@crossdock/domain";
import type { Entry, Stamp } from "./entry.ts";

/** When a subject was expired last: in the order of this process, and by the clock for what others read. */
type Mark = { readonly tick: number; readonly atMs: number };

/** Subjects whose last expiry is remembered one by one; some 10 MB. */
export const MAX_MARKS = 50_000;
/** How far the clocks of two processes may be apart. */
export const MAX_CLOCK_SKEW_MS = 1_000;

/**
 * Which subjects were expired, and when. An entry is outdated when one of its subjects was expired after its read
 * began: so a read that was under way while its subject changed cannot bring the old value back, and
 * nothing has to be found and removed when an event comes.
 *
 * It is bounded: when a mark is forgotten, everything that began before it counts as outdated. What was read before
 * this process began to listen is outdated as well, since it does not know what happened meanwhile.
 */
export class Expiries {
  readonly #process: string;
  readonly #maxMarks: number;
  readonly #marks = new Map<Subject, Mark>();
  #floor: Mark;
  #tick = 0;

  constructor(options: {
    readonly process: string;
    readonly startedAtMs: number;
    readonly maxMarks?: number;
  }) {
    this.#process = options.process;
    this.#maxMarks = options.maxMarks ?? MAX_MARKS;
    this.#floor = { tick: 0, atMs: options.startedAtMs };
  }

  /** A moment after all expiries so far, and before all that come. */
  stamp(): Stamp {
    this.#tick += 1;
    return { process: this.#process, tick: this.#tick };
  }

  expire(subjects: Iterable<Subject>, atMs: number): void {
    this.#tick += 1;
    for (const subject of subjects) {
      this.#marks.delete(subject); // the latest go last
      this.#marks.set(subject, { tick: this.#tick, atMs });
    }
    for (const [subject, mark] of this.#marks) {
      if (this.#marks.size <= this.#maxMarks) break;
      this.#marks.delete(subject);
      this.#floor = { tick: mark.tick, atMs: Math.max(mark.atMs, this.#floor.atMs) };
    }
  }

  /**
   * @param by when somebody asked; what was expired later does not concern him. Of now, when left out
   * @returns whether something happened since the entry's read began that it may not tell
   */
  isOutdated(
    { stamp, asOfMs, subjects }: Pick<Entry<unknown>, "stamp" | "asOfMs" | "subjects">,
    by?: Stamp,
  ): boolean {
    const isOurs = stamp.process === this.#process;
    return subjects.some((subject) => {
      const mark = this.#marks.get(subject) ?? this.#floor;
      if (by !== undefined && mark.tick > by.tick) return false;
      return isOurs ? mark.tick > stamp.tick : mark.atMs >= asOfMs - MAX_CLOCK_SKEW_MS;
    });
  }
}
