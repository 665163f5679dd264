/** Style sheets and worker addresses are imported for their effect or address; Vite knows what to do with them. */
declare module '*.css';
declare module '*?url' {
  const address: string;
  export default address;
}
