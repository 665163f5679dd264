/** Counts how often each node's face is drawn: the law that typing in a field never draws the canvas is tested by it. */

const drawings = new Map<string, number>();

/** Notes one drawing of a node. */
export function countDrawing(id: string): void {
  drawings.set(id, (drawings.get(id) ?? 0) + 1);
}

/** Drawings of all nodes since the window opened. */
export function drawingsSoFar(): number {
  let sum = 0;
  for (const count of drawings.values()) sum += count;
  return sum;
}

declare global {
  interface Window {
    /** Read by the browser tests and the bench. */
    costwireDrawings?: () => number;
  }
}

if (typeof window !== 'undefined') window.costwireDrawings = drawingsSoFar;
