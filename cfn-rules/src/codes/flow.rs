//! Mistakes in the asynchronous flow: producers, queues, functions, dead-letter queues, and what starts and watches them.

rules! {
    warning AL1001 "function sends to the queue that it consumes";
    warning AL1002 "message loop between queues";
    error AL1014 "role may not consume the queue of the event source mapping";
    error AL1015 "role may not send to a queue that the function is told about";
    error AL1018 "missing code of a function";
    warning AL1019 "function may run longer than its API waits";
    warning AL1021 "policy allows more than is needed";
    error AL1022 "environment variables exceed 4 KB";
    error AL1023 "schedule never fires";
    error AL1027 "environment variable that Lambda reserves";
    error AL1028 "more than 500 resources after the SAM transform";
    error AL1040 "invalid name of an environment variable";
}
