#pragma once

#include "tests/support/scripted_peer.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace waybill::test
{

struct ReceivedMail
{
    std::string from, to; // of the envelope
    std::string head, body;

    bool says(const std::string& words) const;
};

// A mail server on loopback, without TLS.
class MailReceiver
{
public:
    MailReceiver();
    ~MailReceiver() { hang(false); }

    std::string url() const;                          // smtp://…
    void refuse(bool refuses) { refuses_ = refuses; } // every recipient
    void hang(bool hangs);                            // says nothing, not even its greeting

    std::vector<ReceivedMail> mails() const;
    int count(const std::string& words) const; // mails whose head or body has them

private:
    void serve(PeerConnection& connection);
    void take(PeerConnection& connection, ReceivedMail mail);

    std::atomic<bool> refuses_ = false;
    mutable std::mutex mutex_;
    std::condition_variable change_;
    bool hangs_ = false;
    std::vector<ReceivedMail> mails_;
    ScriptedPeer peer_;
};

} // namespace waybill::test
