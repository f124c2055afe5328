import type { Frame, SocketAttack } from "../attack.ts";
import type { Choices } from "../choices.ts";
import { HOSTILE_TEXTS, hostileValue } from "../hostile-values.ts";
import { aPayload, type MakeOperation } from "./graphql-over-http.ts";

const IDS = ["1", "1", "2", "__proto__", ""];
const TYPES = [
  "connection_init",
  "subscribe",
  "complete",
  "ping",
  "pong",
  "next",
  "error",
  "start",
];
const MAX_FRAMES = 7;

/** @param credentials names of tokens */
export function aSocket(
  choices: Choices,
  makeOperation: MakeOperation,
  credentials: readonly string[],
): SocketAttack {
  const frames = [
    ...(choices.onceIn(5) ? [] : [{ init: choices.oneOf(credentials) }]),
    ...choices.upTo(MAX_FRAMES, () => aFrame(choices, makeOperation, credentials)),
  ];
  return {
    kind: "socket",
    path: choices.onceIn(15) ? "/graphql?__proto__=1" : "/graphql",
    protocols: choices.oneOf([
      ["graphql-transport-ws"],
      ["graphql-transport-ws"],
      ["graphql-transport-ws"],
      ["graphql-ws"],
      [],
      ["x", "graphql-transport-ws"],
    ]),
    frames,
  };
}

function aFrame(
  choices: Choices,
  makeOperation: MakeOperation,
  credentials: readonly string[],
): Frame {
  const subscribe = (): Frame => ({
    subscribe: choices.oneOf(IDS),
    payload: aPayload(choices, makeOperation),
  });
  return choices.oneOf<() => Frame>([
    subscribe,
    subscribe,
    subscribe,
    () => ({ text: JSON.stringify({ type: "complete", id: choices.oneOf(IDS) }) }),
    () => ({ text: JSON.stringify({ type: "ping", payload: hostileValue(choices) }) }),
    () => ({
      text: JSON.stringify({
        type: choices.oneOf(TYPES),
        id: hostileValue(choices),
        payload: hostileValue(choices),
      }),
    }),
    () => ({ text: JSON.stringify({ type: "connection_init", payload: hostileValue(choices) }) }),
    () => ({ init: choices.oneOf(credentials) }),
    () => ({ text: choices.oneOf(HOSTILE_TEXTS) }),
    () => ({ text: JSON.stringify(hostileValue(choices)) }),
    () => ({ text: '{"type":"subscribe","id":"1","payload":{"query":' }),
    () => ({ text: '{"__proto__":{"type":"ping"}}' }),
    () => ({ base64: "AAECAwQF//79" }),
    () => ({ repeated: "[", times: 100_000 }),
    () => ({ repeated: "x", times: 3_000_000 }),
    () => ({ raw: "\u0081\u00fe\u0010" }),
    () => ({ raw: "\u00c1\u0080\u0000\u0000\u0000\u0000" }),
    () => ({ raw: "\u0081\u0082\u0000\u0000\u0000\u0000\u00ff\u00fe" }),
    () => ({ ping: true }),
    () => ({ close: choices.oneOf([1000, 1001, 3000, 4400, 4999]) }),
    () => ({ waitMs: 20 }),
  ])();
}
