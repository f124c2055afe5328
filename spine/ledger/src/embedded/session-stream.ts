import { Duplex } from "node:stream";
import type { SessionClient, SharedSession } from "./shared-session.ts";
import { createFrontendReader, startupAnswer } from "./wire.ts";

/**
 * What the `pg` driver takes for its socket: its bytes go to the shared session and the answers come
 * back. The driver then parses rows, errors and notifications of both stores with the same code.
 * @param isBackground see `SessionClient`
 */
export function createSessionStream(session: SharedSession, isBackground: boolean): Duplex {
  return new SessionStream(session, isBackground);
}

class SessionStream extends Duplex {
  readonly #session: SharedSession;
  readonly #read = createFrontendReader();
  readonly #client: SessionClient;

  constructor(session: SharedSession, isBackground: boolean) {
    super({ allowHalfOpen: false });
    this.#session = session;
    this.#client = {
      isBackground,
      receive: (bytes) => void this.push(bytes),
      fail: (error) => void this.destroy(error),
    };
  }

  connect(): this {
    this.#session.join(this.#client);
    process.nextTick(() => this.emit("connect"));
    return this;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#take(chunk);
    done();
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: () => void): void {
    this.#take(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }

  override _read(): void {
    // The server pushes; the driver never lets answers pile up, since it waits for each.
  }

  override _final(done: () => void): void {
    this.#session.leave(this.#client);
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#session.leave(this.#client);
    done(error);
  }

  /** Options of a real socket that the driver sets and that mean nothing here. */
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  #take(chunk: Buffer): void {
    for (const batch of this.#read(chunk)) {
      if (batch.kind === "startup") this.push(startupAnswer());
      else if (batch.kind === "terminate") this.#session.leave(this.#client);
      else this.#session.request(this.#client, batch.bytes);
    }
  }
}
