/** The page of the shell tests: nothing but the renderer's own client, for the test to call. */
import { connectToHost, type HostLink } from '../../../renderer/api/client.ts';

declare global {
  interface Window {
    link: HostLink;
    /** Whether the page's own script could turn text into code; tools of a test may always. */
    canEvaluate: boolean;
  }
}

function canEvaluate(): boolean {
  try {
    return new Function('return true')() === true;
  } catch {
    // Refused by the content policy, as it should be.
    return false;
  }
}

Object.assign(window, { link: connectToHost(), canEvaluate: canEvaluate() });
