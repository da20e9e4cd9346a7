"""What is measured of events and jobs. Labels name services, kinds and codes, never a person or a district."""

from prometheus_client import Counter, Gauge

RELAY_LAG = Gauge(
    "trellis_relay_lag_seconds", "How long the oldest event that is due to a consumer has waited", ["consumer"]
)
RELAY_PENDING = Gauge("trellis_relay_pending", "Deliveries that wait", ["consumer"])
RELAY_PARKED = Gauge("trellis_relay_parked", "Deliveries given up until a person unparks them", ["consumer"])
DELIVERED = Counter("trellis_relay_delivered_total", "Events that a consumer took", ["consumer"])
REFUSED = Counter("trellis_relay_refused_total", "Events that a consumer refused", ["consumer", "code"])
UNREACHABLE = Counter("trellis_relay_unreachable_total", "Posts that found no consumer", ["consumer"])
FEED_AGE = Gauge("trellis_feed_age_seconds", "How old what we know from a producer may be", ["producer"])
FEED_STALE = Gauge("trellis_feed_stale", "1 while a producer's feed is too old to open a record by", ["producer"])
RECEIVED = Counter("trellis_inbox_received_total", "Events received", ["type", "outcome"])
JOBS = Gauge("trellis_jobs", "Jobs that are not done", ["kind", "state"])
RUNS = Counter("trellis_job_runs_total", "Runs of jobs and schedules", ["kind", "outcome"])
