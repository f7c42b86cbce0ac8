/** WebAssembly's JavaScript interface, as far as the store uses it: the types of Node and of ES2023 leave it out. */
declare namespace WebAssembly {
  type Module = object;
  interface Instance {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly update: (length: number) => void;
    };
  }
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new (module: Module) => Instance;
}
