/** Style sheets, worker addresses and workers are imported for their effect, address or class; Vite knows what to do with them. */
declare module '*.css';
declare module '*?url' {
  const address: string;
  export default address;
}
declare module '*?worker' {
  const WorkerOfModule: new () => Worker;
  export default WorkerOfModule;
}
/** What Vite puts in place of `import.meta.env`; absent where sources run as they are. */
interface ImportMeta {
  readonly env?: { readonly MODE: string };
}
