/**
 * The few facts about PostgreSQL's wire protocol 3.0 that sharing one session needs. A message is a
 * type byte, a length (of itself and the body, 4 bytes, big-endian) and a body; the very first message of
 * a client, the start-up packet, has no type byte.
 */
const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;
const BODY_AT = TYPE_BYTES + LENGTH_BYTES;
const EMPTY = Buffer.alloc(0);

const QUERY = code("Q");
const PARSE = code("P");
const BIND = code("B");
const PARSE_COMPLETE = code("1");
const SYNC = code("S");
const FLUSH = code("H");
const TERMINATE = code("X");
const READY_FOR_QUERY = code("Z");
const NOTIFICATION = code("A");

/** Idle; in a transaction; in a transaction that failed and waits for its rollback. */
export type SessionStatus = "I" | "T" | "E";

/** What a client sent, cut where it expects an answer. */
export type FrontendBatch =
  | { readonly kind: "startup" }
  | { readonly kind: "terminate" }
  | { readonly kind: "request"; readonly bytes: Uint8Array };

/** Collects a client's chunks into batches: a simple query, or an extended one up to its Sync or Flush. */
export function createFrontendReader(): (chunk: Uint8Array) => FrontendBatch[] {
  let pending: Buffer = Buffer.alloc(0);
  let scanned = 0;
  let started = false;

  return (chunk) => {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    const batches: FrontendBatch[] = [];
    for (;;) {
      const typeBytes = started ? TYPE_BYTES : 0;
      if (pending.length < scanned + typeBytes + LENGTH_BYTES) return batches;
      const end = scanned + typeBytes + pending.readUInt32BE(scanned + typeBytes);
      if (pending.length < end) return batches;
      const type = started ? pending.readUInt8(scanned) : null;
      scanned = end;
      if (type === null) batches.push({ kind: "startup" });
      else if (type === TERMINATE) batches.push({ kind: "terminate" });
      else if (type === QUERY || type === SYNC || type === FLUSH) {
        batches.push({ kind: "request", bytes: new Uint8Array(pending.subarray(0, end)) });
      } else continue;
      started = true;
      pending = pending.subarray(scanned);
      scanned = 0;
    }
  };
}

export type BackendReply = {
  /** For the client that asked: everything but notifications. */
  readonly answer: Uint8Array;
  /** For every client. `null` when there were none. */
  readonly notifications: Uint8Array | null;
  /** `null` when the server waits for more of the same request. */
  readonly status: SessionStatus | null;
};

/** Takes a server's answer apart. */
export function readReply(bytes: Uint8Array): BackendReply {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Buffer[] = [];
  const notifications: Buffer[] = [];
  let status: SessionStatus | null = null;
  let keptFrom = 0;
  let at = 0;
  while (at < view.length) {
    const type = view.readUInt8(at);
    const end = at + TYPE_BYTES + view.readUInt32BE(at + TYPE_BYTES);
    if (type === READY_FOR_QUERY) {
      status = String.fromCharCode(view.readUInt8(at + TYPE_BYTES + LENGTH_BYTES)) as SessionStatus;
    } else if (type === NOTIFICATION) {
      kept.push(view.subarray(keptFrom, at));
      notifications.push(view.subarray(at, end));
      keptFrom = end;
    }
    at = end;
  }
  if (notifications.length === 0) return { answer: bytes, notifications: null, status };
  kept.push(view.subarray(keptFrom));
  return { answer: Buffer.concat(kept), notifications: Buffer.concat(notifications), status };
}

const BEGIN = /^begin\b/i;
/** Of a statement's text that is looked at for its first words: much of it is indentation. */
const MAX_TEXT_BYTES = 1_000;

/** Whether a request is a simple query that opens a transaction, as drivers send it. */
export function isBegin(request: Uint8Array): boolean {
  if (request[0] !== QUERY) return false;
  const textAt = TYPE_BYTES + LENGTH_BYTES;
  const text = Buffer.from(request.subarray(textAt, textAt + "begin ".length)).toString("latin1");
  return BEGIN.test(text);
}

/**
 * The text of an extended query that parses an unnamed statement and binds it at once, as drivers send it, with the types
 * of its parameters; `null` for any other request.
 */
export function readUnnamedStatement(request: Uint8Array): string | null {
  if (request[0] !== PARSE || request[BODY_AT] !== 0) return null;
  const view = viewOf(request);
  const bindAt = endOf(view, 0);
  if (view[bindAt] !== BIND) return null;
  const statementAt = view.indexOf(0, bindAt + BODY_AT) + 1;
  if (statementAt === 0 || view[statementAt] !== 0) return null;
  return view.toString("latin1", BODY_AT + 1, bindAt);
}

/**
 * The same request with a name for its statement.
 * @param request of which `readUnnamedStatement` has the text
 * @param options.isParsed the statement is there already, and only bound
 */
export function withStatementName(
  request: Uint8Array,
  name: string,
  { isParsed: isThere }: { readonly isParsed: boolean },
): Uint8Array {
  const view = viewOf(request);
  const bindAt = endOf(view, 0);
  const bindEnd = endOf(view, bindAt);
  const statementAt = view.indexOf(0, bindAt + BODY_AT) + 1;
  const named = Buffer.from(name);
  const portal = view.subarray(bindAt + BODY_AT, statementAt);
  const bind = message("B", Buffer.concat([portal, named, view.subarray(statementAt, bindEnd)]));
  const parse = isThere
    ? EMPTY
    : message("P", Buffer.concat([named, view.subarray(BODY_AT, bindAt)]));
  return new Uint8Array(Buffer.concat([parse, bind, view.subarray(bindEnd)]));
}

/**
 * How the text of a request's statement begins, as one line: of a simple query, or of the statement that it parses.
 * Values are not in it. Empty for any other request.
 */
export function firstWordsOf(request: Uint8Array, maxCharacters: number): string {
  const view = viewOf(request);
  const isParse = view[0] === PARSE;
  if (!isParse && view[0] !== QUERY) return "";
  // What is parsed has a name first, which is empty for most.
  const textAt = isParse ? view.indexOf(0, BODY_AT) + 1 : BODY_AT;
  const textEnd = view.indexOf(0, textAt);
  const text = view.toString("utf8", textAt, Math.min(textEnd, textAt + MAX_TEXT_BYTES));
  return text.replace(/\s+/g, " ").trim().slice(0, maxCharacters);
}

/** Whether an answer begins with a statement that was parsed. */
export function isParsed(answer: Uint8Array): boolean {
  return answer[0] === PARSE_COMPLETE;
}

/** Forgets a named statement. */
export function closeStatement(name: string): Uint8Array {
  return Buffer.concat([message("C", Buffer.from(`S${name}\0`)), message("S", EMPTY)]);
}

/** A simple query, for statements of our own. */
export function simpleQuery(sql: string): Uint8Array {
  return message("Q", Buffer.from(`${sql}\0`));
}

/** The greeting of a server that asks for no password: authenticated, key data, ready. */
export function startupAnswer(): Uint8Array {
  return Buffer.concat([
    message("R", Buffer.alloc(4)),
    message("K", Buffer.alloc(8)),
    message("Z", Buffer.from("I")),
  ]);
}

/** @returns the message of the first error in an answer, or `null` */
export function readError(answer: Uint8Array): string | null {
  const view = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  let at = 0;
  while (at < view.length) {
    const end = at + TYPE_BYTES + view.readUInt32BE(at + TYPE_BYTES);
    if (view.readUInt8(at) === code("E")) {
      const fields = view.toString("utf8", at + TYPE_BYTES + LENGTH_BYTES, end).split("\0");
      return fields.find((field) => field.startsWith("M"))?.slice(1) ?? "unknown error";
    }
    at = end;
  }
  return null;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where the message that starts `at` ends. */
function endOf(view: Buffer, at: number): number {
  return at + TYPE_BYTES + view.readUInt32BE(at + TYPE_BYTES);
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(TYPE_BYTES + LENGTH_BYTES);
  head.writeUInt8(code(type), 0);
  head.writeUInt32BE(LENGTH_BYTES + body.length, TYPE_BYTES);
  return Buffer.concat([head, body]);
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}
