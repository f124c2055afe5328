import type { Logger } from "@crossdock/runtime";
import { firstWordsOf } from "./wire.ts";

/**
 * One stretch in which nobody else could use the session: a statement alone, or a transaction from its begin to its end.
 * Everybody who asks meanwhile waits for its end, so the longest of these are what a tail of waits is made of.
 */
export type SessionHold = {
  /** Whether it was work that nobody waits for. */
  readonly isBackground: boolean;
  readonly heldMs: number;
  /** Before that, for its turn. */
  readonly waitedMs: number;
  readonly statements: number;
  /** Of its statements the one that took longest, without the values that it was given. */
  readonly longest: { readonly words: string; readonly tookMs: number };
};

/** Told of each hold after its end; must not throw. */
export type OnHold = (hold: SessionHold) => void;

/** What the session is asked, and since when it waits. */
type Asked = { readonly bytes: Uint8Array; readonly sinceMs: number };

/** Tells one hold after the other. */
export interface HoldMeter {
  /** A statement begins, and a hold with it where none is under way. */
  begin(isBackground: boolean, asked: Asked): void;
  /** The statement has ended. @param isHeld whether its client goes on with a transaction */
  end(isHeld: boolean): void;
}

/** Others notice a hold that is longer. */
const LONG_HOLD_MS = 10;
const MAX_WORDS_CHARACTERS = 100;

/** Each long hold is a line of the log: only for who asks for so much of it, since there are many. */
export function longHoldsTo(logger: Logger): OnHold | null {
  if (!logger.isLevelEnabled("debug")) return null;
  return (hold) => {
    if (hold.heldMs < LONG_HOLD_MS) return;
    logger.debug({ hold }, "the ledger's session was held for long");
  };
}

/** @param nowMs a clock that only goes forward */
export function createHoldMeter(onHold: OnHold, nowMs: () => number): HoldMeter {
  let isUnderWay = false;
  let isBackground = false;
  let startedMs = 0;
  let waitedMs = 0;
  let statements = 0;
  let statementMs = 0;
  let asking: Uint8Array = new Uint8Array();
  let longest = { bytes: asking, tookMs: 0 };

  return {
    begin(ofBackground, { bytes, sinceMs }) {
      statementMs = nowMs();
      asking = bytes;
      statements += 1;
      if (isUnderWay) return;
      isUnderWay = true;
      isBackground = ofBackground;
      startedMs = statementMs;
      waitedMs = startedMs - sinceMs;
      longest = { bytes: asking, tookMs: 0 };
    },
    end(isHeld) {
      const endedMs = nowMs();
      const tookMs = endedMs - statementMs;
      if (tookMs >= longest.tookMs) longest = { bytes: asking, tookMs };
      if (isHeld) return;
      const words = firstWordsOf(longest.bytes, MAX_WORDS_CHARACTERS);
      onHold({
        isBackground,
        heldMs: endedMs - startedMs,
        waitedMs,
        statements,
        longest: { words, tookMs: longest.tookMs },
      });
      isUnderWay = false;
      statements = 0;
    },
  };
}
