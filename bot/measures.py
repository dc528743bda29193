"""What /metrics shows. Counts and durations only, nothing of any person."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Measures:
    """One set of counters for one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.received = Counter(
            "prag_messages_received_total", "Messages received, by what became of them.", ["channel", "result"], registry=self.registry
        )
        self.found = Counter("prag_found_total", "Searches, by kind of result.", ["kind", "language"], registry=self.registry)
        self.sent = Counter("prag_messages_sent_total", "Sends, by result.", ["channel", "result"], registry=self.registry)
        self.platform = Gauge("prag_platform", "What a platform tells of itself.", ["channel", "what"], registry=self.registry)
        self.dead_letters = Counter(
            "prag_dead_letters_total", "Messages that could not be understood.", ["channel"], registry=self.registry
        )
        self.failed_turns = Counter("prag_failed_turns_total", "Turns that failed through a fault of ours.", registry=self.registry)
        self.turn_seconds = Histogram(
            "prag_turn_seconds", "From a message's arrival to its commit.", registry=self.registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
        )  # fmt: skip
        self.sweep_lag = Gauge("prag_sweep_lag_seconds", "How far a sweep is behind its time.", ["sweep"], registry=self.registry)
        self.failed_sweeps = Counter("prag_failed_sweeps_total", "Runs of a sweep that failed.", ["sweep"], registry=self.registry)
        self.content_number = Gauge("prag_content_number", "The content now served.", registry=self.registry)
