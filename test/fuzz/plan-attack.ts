import type { Attack } from "./attack.ts";
import { aGet, aPost, type MakeOperation } from "./attacks/graphql-over-http.ts";
import { anotherDoor } from "./attacks/other-doors.ts";
import { rawBytes } from "./attacks/raw-bytes.ts";
import { aSocket } from "./attacks/socket.ts";
import { aWebhook } from "./attacks/webhook.ts";
import { createChoices } from "./choices.ts";

/** Good ones, mostly: what a stranger is refused is soon known. */
const GOOD = ["portal", "operator", "partner", "finance", "carrier", "nobody"];

/** The attack that a tape tells; see choices.ts. */
export function planAttack(
  tape: readonly number[],
  makeOperation: MakeOperation,
  credentialNames: readonly string[],
): Attack {
  const choices = createChoices(tape);
  const as = choices.onceIn(4) ? choices.oneOf(credentialNames) : choices.oneOf(GOOD);
  const post = () => ({ ...aPost(choices, makeOperation), as });
  const get = () => ({ ...aGet(choices, makeOperation), as });
  const socket = () => aSocket(choices, makeOperation, [as, ...credentialNames]);
  return choices.oneOf<() => Attack>([
    post,
    post,
    post,
    post,
    post,
    get,
    get,
    socket,
    socket,
    () => aWebhook(choices),
    () => aWebhook(choices),
    () => ({ ...anotherDoor(choices), as }),
    () => ({ ...anotherDoor(choices), as: "operator" }),
    () => rawBytes(choices),
  ])();
}
