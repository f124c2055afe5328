import { connect, createServer, type Socket } from "node:net";
import { freePorts } from "./ports.ts";

/** The network between clients and the program, which a test can break. */
export interface CuttableLink extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:23456` */
  readonly url: string;
  /** Breaks every connection that there is, as a lost network does; new ones go through. */
  cut(): void;
  /** The same, and no new one goes through until it is opened again. */
  close(): void;
  open(): void;
}

/** @param target the program's URL; it may go and come back */
export async function openCuttableLink(target: string): Promise<CuttableLink> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer((client) => {
    if (!isOpen) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => {
        from.destroy();
      });
      from.once("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const [own = 0] = await freePorts(1);
  await new Promise<void>((resolve) => {
    server.listen(own, "127.0.0.1", resolve);
  });
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${String(own)}`,
    cut,
    close() {
      isOpen = false;
      cut();
    },
    open() {
      isOpen = true;
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
