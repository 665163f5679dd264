/** Names both ends of a transport agree on; apart from the contract, so that the preload stays a few lines. */
export const transport = {
  /** Path of the WebSocket on the headless host. */
  webSocketPath: '/rpc',
  /** Message by which the desktop's preload hands its port to the page. */
  portMessage: 'costwire:port',
  /** Channel by which the preload hands the other end to the main process. */
  portChannel: 'costwire:connect',
} as const;
