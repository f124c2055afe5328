const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Whether nobody on the way can read or change what is sent: it is encrypted, or stays on this machine. */
export function isPrivate(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || LOOPBACK.has(hostname);
}
