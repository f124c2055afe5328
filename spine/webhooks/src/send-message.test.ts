import { createMessageSender } from "./send-message.ts";

const SECRET = Buffer.from("a secret of some bytes, enough").toString("base64");
const WAIT_MS = 10_000;

test.each(["https://169.254.169.254/latest", "https://[fe80::1]/"])(
  "%s is not asked, for it is an address of the link",
  async (url) => {
    const sender = createMessageSender();
    const hook = { name: "desk", url, secret: SECRET, events: ["exceptionOpened"] } as const;
    const sent = await sender.send(hook, { id: "msg_1", body: "{}" }, AbortSignal.timeout(WAIT_MS));
    expect(sent).toMatchObject({ kind: "failed", failure: "its address is one of the link" });
    await sender.close();
  },
);
