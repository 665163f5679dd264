/** Type of what is dragged from the palette to the canvas. */
export const paletteDragType = 'application/x-costwire-kind';
