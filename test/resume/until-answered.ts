import { setTimeout as sleep } from "node:timers/promises";

const ASK_AGAIN_MS = 300;

/**
 * Asks again until it is answered: the program may be dead when it is asked, or die while it answers.
 * @throws what the last try threw, when `giveUp` has aborted
 */
export async function untilAnswered<Answer>(
  ask: () => Promise<Answer>,
  giveUp: AbortSignal,
): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (giveUp.aborted) throw error;
      await sleep(ASK_AGAIN_MS);
    }
  }
}
