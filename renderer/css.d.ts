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
