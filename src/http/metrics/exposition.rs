//! Builds what Prometheus reads, from counts that are kept elsewhere.

use nine_cloud_actors::kit::Counts;
use prometheus::proto::{Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType};
use prometheus::{Encoder, TextEncoder};

/// Upper bounds of the buckets that are shown of a [`Counts`], as powers of two of microseconds: 16 µs to 17 s.
const EXPONENTS: [usize; 11] = [4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24];

/// Names and values that tell the series of one family apart.
pub(super) type Labels<'a> = &'a [(&'static str, &'a str)];

/// Families in the making.
#[derive(Default)]
pub(super) struct Exposition(Vec<MetricFamily>);

impl Exposition {
    /// Begins a family of levels; series are added to what was begun last.
    pub(super) fn gauge(&mut self, name: &str, help: &str) -> Series<'_> {
        self.family(name, help, MetricType::GAUGE)
    }

    /// Begins a family of counts that only grow.
    pub(super) fn counter(&mut self, name: &str, help: &str) -> Series<'_> {
        self.family(name, help, MetricType::COUNTER)
    }

    /// Begins a family of durations.
    pub(super) fn histogram(&mut self, name: &str, help: &str) -> Series<'_> {
        self.family(name, help, MetricType::HISTOGRAM)
    }

    /// Families that a library has collected.
    pub(super) fn extend(&mut self, families: Vec<MetricFamily>) {
        self.0.extend(families);
    }

    /// The text; families without a series are left out.
    pub(super) fn text(mut self) -> prometheus::Result<String> {
        self.0.retain(|family| !family.get_metric().is_empty());
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.0, &mut text)?;
        String::from_utf8(text).map_err(|error| prometheus::Error::Msg(error.to_string()))
    }

    fn family(&mut self, name: &str, help: &str, kind: MetricType) -> Series<'_> {
        let mut family = MetricFamily::default();
        family.set_name(name.to_owned());
        family.set_help(help.to_owned());
        family.set_field_type(kind);
        let place = self.0.len();
        self.0.push(family);
        Series(&mut self.0[place])
    }
}

/// The series of one family.
pub(super) struct Series<'a>(&'a mut MetricFamily);

impl Series<'_> {
    /// Adds one with a value: of a gauge or a counter.
    pub(super) fn is(&mut self, labels: Labels<'_>, value: f64) -> &mut Self {
        let mut metric = Metric::from_label(pairs(labels));
        if self.0.get_field_type() == MetricType::COUNTER {
            let mut counter = Counter::default();
            counter.set_value(value);
            metric.set_counter(counter);
        } else {
            let mut gauge = Gauge::default();
            gauge.set_value(value);
            metric.set_gauge(gauge);
        }
        self.0.mut_metric().push(metric);
        self
    }

    /// The same with a count.
    pub(super) fn counts(&mut self, labels: Labels<'_>, value: u64) -> &mut Self {
        self.is(labels, number(value))
    }

    /// Adds one of a histogram.
    pub(super) fn took(&mut self, labels: Labels<'_>, counts: &Counts) -> &mut Self {
        let buckets = EXPONENTS.iter().map(|&exponent| {
            let mut bucket = Bucket::default();
            bucket.set_upper_bound(number(1 << exponent) / 1e6);
            bucket.set_cumulative_count(counts.below(exponent));
            bucket
        });
        let mut histogram = Histogram::default();
        histogram.set_bucket(buckets.collect());
        histogram.set_sample_count(counts.samples());
        histogram.set_sample_sum(counts.total().as_secs_f64());
        let mut metric = Metric::from_label(pairs(labels));
        metric.set_histogram(histogram);
        self.0.mut_metric().push(metric);
        self
    }
}

fn pairs(labels: Labels<'_>) -> Vec<LabelPair> {
    let pair = |(name, value): &(&'static str, &str)| {
        let mut pair = LabelPair::default();
        pair.set_name((*name).to_owned());
        pair.set_value((*value).to_owned());
        pair
    };
    labels.iter().map(pair).collect()
}

/// Prometheus knows no other numbers.
#[expect(clippy::cast_precision_loss, reason = "its counters are doubles, exact up to 2^53")]
pub(super) fn number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_written_as_prometheus_reads_them() {
        let mut exposition = Exposition::default();
        exposition.gauge("nine_empty", "Nothing.");
        exposition.counter("nine_things_total", "Things.").counts(&[("kind", "a")], 3);
        exposition.histogram("nine_seconds", "Times.").took(&[], &Counts::default());
        let text = exposition.text().expect("a text");
        let begins = "# HELP nine_things_total Things.\n# TYPE nine_things_total counter\n\
            nine_things_total{kind=\"a\"} 3\n";
        assert!(text.starts_with(begins), "{text}");
        assert!(text.contains("nine_seconds_bucket{le=\"0.000016\"} 0\n"), "{text}");
        assert!(text.contains("nine_seconds_bucket{le=\"+Inf\"} 0\n"), "{text}");
    }
}
