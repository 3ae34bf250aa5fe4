// Bolt for JavaScript with its own HTTP receiver: one listener that acknowledges and stores nothing.
const { App, HTTPReceiver, LogLevel } = require("@slack/bolt");

const receiver = new HTTPReceiver({
  signingSecret: process.env.BENCH_SECRET,
  endpoints: "/slack/events",
  processBeforeResponse: true,
  logLevel: LogLevel.ERROR,
});
const app = new App({
  receiver,
  logLevel: LogLevel.ERROR,
  authorize: async () => ({ botToken: "xoxb-bench", botId: "B0BENCH", botUserId: "U0BENCH" }),
});
app.command("/onboard", async ({ ack }) => ack("On it."));
app.start({ port: Number(process.argv[2]), host: "127.0.0.1" });
