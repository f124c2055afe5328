import { closeSync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type InitArguments = Parameters<NodeFS["init"]>;
type EmscriptenStream = { readonly nfd?: number; readonly node: unknown };
type NodeFileSystem = {
  readonly realPath: (node: unknown) => string;
  readonly stream_ops: { fsync?: (stream: EmscriptenStream) => number };
};
type EmscriptenModule = {
  readonly NODEFS?: NodeFileSystem;
  readonly FS: { readonly filesystems: { readonly NODEFS: NodeFileSystem } };
};

/**
 * PGlite's Node file system with an fsync that does what it says. As delivered, PGlite runs with
 * fsync off, its file system has no fsync operation and its fdatasync returns 0 without a call. The
 * place where the operation hangs is internal and has moved between releases: hence the exact version
 * in package.json and the self-test at each start.
 */
export class DurableNodeFs extends NodeFS {
  #syncs = 0;

  /** How often something was forced to disk since this object was made. */
  get syncs(): number {
    return this.#syncs;
  }

  override async init(pg: PGlite, options: InitArguments[1]): ReturnType<NodeFS["init"]> {
    const result = await super.init(pg, options);
    result.emscriptenOpts.preRun?.push((module) => {
      const emscripten = module as unknown as EmscriptenModule;
      const files = emscripten.NODEFS ?? emscripten.FS.filesystems.NODEFS;
      files.stream_ops.fsync = (stream) => {
        if (stream.nfd === undefined) syncDirectory(files.realPath(stream.node));
        else fdatasyncSync(stream.nfd);
        this.#syncs += 1;
        return 0;
      };
    });
    return result;
  }
}

/** Forces the names in a directory to disk. */
export function syncDirectory(path: string): void {
  withDescriptor(path, fsyncSync);
}

/** Forces a file's content to disk. */
export function syncFile(path: string): void {
  withDescriptor(path, fdatasyncSync);
}

function withDescriptor(path: string, use: (descriptor: number) => void): void {
  const descriptor = openSync(path, "r");
  try {
    use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
