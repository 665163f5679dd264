/** The page of the shell tests: nothing but the renderer's own client, for the test to call. */
import { connectToHost, type HostLink } from '../../../renderer/api/client.ts';

declare global {
  interface Window {
    link: HostLink;
  }
}
Object.assign(window, { link: connectToHost() });
