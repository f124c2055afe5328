import type { IncomingMessage } from "node:http";
import { createAddressOf } from "./believed-address.ts";

const CLIENT = "203.0.113.9";

function from(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const headers = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

test("nobody is believed who is not one of our proxies", () => {
  expect(createAddressOf([])(from(CLIENT, "198.51.100.1"))).toBe(CLIENT);
  expect(createAddressOf(["10.0.0.0/8"])(from(CLIENT, "198.51.100.1"))).toBe(CLIENT);
});

test("what our proxies say is believed as far as the first who is not ours", () => {
  const addressOf = createAddressOf(["10.0.0.0/8"]);
  expect(addressOf(from("10.1.2.3", CLIENT))).toBe(CLIENT);
  expect(addressOf(from("10.1.2.3", `192.0.2.1, ${CLIENT}, 10.9.9.9`))).toBe(CLIENT);
});
