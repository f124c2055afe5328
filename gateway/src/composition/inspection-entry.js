/**
 * JavaScript on purpose: a thread inherits no TypeScript loader from its process (`--import tsx` has no
 * effect in one, and a process under Jest has none), so the thread's first module registers one.
 */
import { register } from "tsx/esm/api";

register();
await import("./inspection-worker.ts");
