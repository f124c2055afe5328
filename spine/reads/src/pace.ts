import type { Clock } from "@crossdock/runtime";

/** How long a read is taken to be late once a caller lost patience with it. */
export const LATE_MS = 5_000;
/** How long a read that its source did not answer is left alone by whoever has something to show. */
export const DOWN_MS = 2_000;

/** That answers come late. */
export class Lateness {
  readonly #clock: Clock;
  #untilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isLate(): boolean {
    return this.#clock.nowMs() < this.#untilMs;
  }

  note(): void {
    this.#untilMs = this.#clock.nowMs() + LATE_MS;
  }
}

/** Whether the answer to a kind of read is worth waiting for: it is waited for once, not by everyone. */
export class Pace {
  readonly #clock: Clock;
  readonly #lateness: Lateness;
  #downUntilMs = 0;
  #isFailing = false;

  constructor(clock: Clock, lateness = new Lateness(clock)) {
    this.#clock = clock;
    this.#lateness = lateness;
  }

  get isLate(): boolean {
    return this.#lateness.isLate;
  }

  /** Nothing was answered since the last failure. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  get isDown(): boolean {
    return this.#clock.nowMs() < this.#downUntilMs;
  }

  noteLate(): void {
    this.#lateness.note();
  }

  noteDown(): void {
    this.#isFailing = true;
    this.#downUntilMs = this.#clock.nowMs() + DOWN_MS;
  }

  noteAnswer(): void {
    this.#isFailing = false;
    this.#downUntilMs = 0;
  }
}
