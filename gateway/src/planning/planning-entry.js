/** JavaScript for the reason that `composition/inspection-entry.js` gives. */
import { register } from "tsx/esm/api";

register();
await import("./planning-worker.ts");
