import { lockDirectory } from "../embedded/directory-lock.ts";

/** A process that locks the directory in its first argument, says so, and waits to be killed. */
lockDirectory(process.argv[2] ?? "");
process.stdout.write("locked\n");
setInterval(() => undefined, 60_000);
