import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { defineHandler, succeed } from "../handler.ts";
import type { CommandHandler } from "../handler.ts";
import { putDocument } from "./stand.ts";

/**
 * An outside system over HTTP that never notices a repeated call: `PUT /{reference}` makes a document
 * each time, `GET /{reference}` tells how many there are.
 */
export type DocumentSource = {
  readonly url: string;
  /** Documents under a reference. */
  count(reference: string): number;
  /** Calls that were taken and not answered; resolves when there are so many. */
  unanswered(count: number): Promise<void>;
  close(): Promise<void>;
};

/** The first call for such a document is taken and never answered: before, or after, it is done. */
export const LOST_BEFORE = "lost before it is done";
export const LOST_AFTER = "lost after it is done";

/** How long it may still be at work on a call that was broken off. */
export const DOCUMENT_SETTLE_MS = 100;

export async function startDocumentSource(): Promise<DocumentSource> {
  const documents = new Map<string, number>();
  const lost = new Set<string>();
  let look: () => void = () => undefined;
  const server = createServer((request, response) => {
    const reference = decodeURIComponent(request.url?.slice(1) ?? "");
    const count = documents.get(reference) ?? 0;
    if (request.method === "GET") {
      response.end(String(count));
      return;
    }
    const isLost = /lost/.test(reference) && !lost.has(reference);
    if (!isLost || reference.endsWith(LOST_AFTER)) documents.set(reference, count + 1);
    if (!isLost) {
      response.end();
      return;
    }
    lost.add(reference);
    look();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    count: (reference) => documents.get(reference) ?? 0,
    unanswered: (count) =>
      new Promise((resolve) => {
        look = () => {
          if (lost.size >= count) resolve();
        };
        look();
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Sends documents to the source under their own name, and finds them there again. */
export function documentHandler(sourceUrl: string): CommandHandler {
  const urlOf = (document: string) => `${sourceUrl}/${encodeURIComponent(document)}`;
  return defineHandler(putDocument, {
    settleMs: DOCUMENT_SETTLE_MS,
    lookUp: async ({ data: { document } }, signal) => {
      const response = await fetch(urlOf(document), { signal });
      return (await response.text()) === "0" ? null : done(document);
    },
    execute: async ({ data: { document } }, signal) => {
      await fetch(urlOf(document), { method: "PUT", signal });
      return done(document);
    },
  });
}

const done = (document: string) => succeed({ typename: "Document", id: document, effects: null });
